using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;

namespace RocketMQ.Broker;

/// <summary>What keeps a broker from starting, as a sentence for the person who starts it.</summary>
public static class StartFailure
{
    /// <returns><see langword="null"/> for an exception that is a fault of the program.</returns>
    public static string? Explain(Exception exception) => exception switch
    {
        ConfigurationException or RemotingBindException or StoreLockedException or CorruptStoreException => exception.Message,
        NLog.NLogConfigurationException => $"NLog.config can't be used: {exception.Message}",
        FormatException => $"The configuration can't be used: {exception.Message}",
        UnauthorizedAccessException or IOException => $"The store can't be used: {exception.Message}",
        _ => null,
    };
}
