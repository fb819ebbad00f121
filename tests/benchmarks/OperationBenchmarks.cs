using BenchmarkDotNet.Attributes;
using RocketMQ.Benchmarks.Operations;

namespace RocketMQ.Benchmarks;

/// <summary>Times of the operations whose allocations the gate counts.</summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private IOperation _operation = null!;

    public static IEnumerable<string> Names => OperationCatalog.All.Keys;

    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    [GlobalSetup]
    public void SetUp() => _operation = OperationCatalog.All[Operation]();

    [GlobalCleanup]
    public void CleanUp() => _operation.Dispose();

    [Benchmark]
    public void Run() => _operation.Run();
}
