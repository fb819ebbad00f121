using BenchmarkDotNet.Running;
using RocketMQ.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(OperationBenchmarks).Assembly).Run(args);
