using RocketMQ.Benchmark;

return await BenchmarkCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
