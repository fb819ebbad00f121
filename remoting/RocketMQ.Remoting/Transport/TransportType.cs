namespace RocketMQ.Remoting.Transport;

/// <summary>What a server is told to listen with, as its configuration file names it.</summary>
public enum TransportType
{
    /// <summary>Kestrel's sockets.</summary>
    Kestrel,

    /// <summary>DotNetty's channels. One capital: the file's <c>DotNetty</c> is a single word, in any case of letters.</summary>
    Dotnetty,
}
