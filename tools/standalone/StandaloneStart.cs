using System.Diagnostics;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Host;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Standalone;

internal static class StandaloneStart
{
    /// <summary>How long this process has been there.</summary>
    public static TimeSpan Age => TimeProvider.System.GetUtcNow() - Process.GetCurrentProcess().StartTime;

    /// <param name="start">Starts one of the servers.</param>
    /// <param name="configuration">Of the broker, whose store holds what the others keep.</param>
    /// <param name="portOption">The option that moves its port.</param>
    /// <exception cref="ConfigurationException">It can't; the sentence names the option that helps.</exception>
    public static async Task RunAsync(Func<Task> start, BrokerConfiguration configuration, string portOption)
    {
        try
        {
            await start().ConfigureAwait(false);
        }
        catch (Exception e) when (StartFailure.Explain(e, configuration.Store.StorePathRootDir, portOption, "--listen", "--store") is { } reason)
        {
            throw new ConfigurationException(reason);
        }
    }
}
