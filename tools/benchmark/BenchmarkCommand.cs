using System.CommandLine;
using RocketMQ.Benchmark.Modes;

namespace RocketMQ.Benchmark;

/// <summary>The program's command line.</summary>
internal static class BenchmarkCommand
{
    public static RootCommand Create()
    {
        Mode[] ofBrokers =
        [
            new ProducerMode(), new ConsumerMode(), new BatchProducerMode(), new TransactionProducerMode(), new EndToEndMode(), new DrainMode(), new IdleMode(),
        ];
        var root = new RootCommand("Measures RocketMQ brokers, with the flags of Apache's benchmark scripts.");
        foreach (var mode in (Mode[])[.. ofBrokers, new StartMode(), new StoreMode(), new FloorMode(), new CompareMode(ofBrokers)])
        {
            root.Subcommands.Add(mode.Command);
        }

        return root;
    }
}
