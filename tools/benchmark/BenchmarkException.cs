namespace RocketMQ.Benchmark;

/// <summary>Why a measurement can't be made, in a sentence for the user.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
