using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;

namespace RocketMQ.Broker.Host;

/// <summary>What keeps a broker from starting, as a sentence for the person who starts it.</summary>
public static class StartFailure
{
    /// <returns><see langword="null"/> for an exception that is a fault of the program.</returns>
    public static string? Explain(Exception exception) => exception switch
    {
        ConfigurationException or RemotingBindException or StoreLockedException or CorruptStoreException or StorePathException => exception.Message,
        FormatException => $"The configuration can't be used: {exception.Message}",
        UnauthorizedAccessException or IOException => $"The store can't be used: {exception.Message}",
        _ => null,
    };

    /// <summary>The same, for one who can be told what to set instead.</summary>
    /// <param name="exception">What came out of the start.</param>
    /// <param name="store">The store's directory.</param>
    /// <param name="port">The option or key that moves the port.</param>
    /// <param name="address">The option or key that names the address to listen on.</param>
    /// <param name="directory">The option or key that names the store's directory.</param>
    public static string? Explain(Exception exception, string store, string port, string address, string directory) => exception switch
    {
        RemotingBindException { IsForeignAddress: true } => $"{exception.Message}. {address} takes an address of this machine.",
        RemotingBindException => $"{exception.Message}. {port} moves it.",
        FileNotFoundException or DirectoryNotFoundException => $"The store {store} can't be used: no file can be made there. {directory} names another directory.",
        StoreLockedException or CorruptStoreException or StorePathException => exception.Message,
        UnauthorizedAccessException or IOException => $"The store {store} can't be used: {exception.Message} {directory} names another directory.",
        _ => Explain(exception),
    };
}
