using RocketMQ.Remoting;

namespace RocketMQ.Client;

/// <summary>No name server answers, so nobody says where a topic is.</summary>
/// <param name="addresses">Those that were asked.</param>
/// <param name="last">What the last of them ended in.</param>
public sealed class NameServerUnreachableException(IReadOnlyList<string> addresses, RemotingException last)
    : RemotingException($"No name server answers at {string.Join(';', addresses)}: {last.Message}. ClientOptions.NameServers or NAMESRV_ADDR says where they are.", last)
{
    public IReadOnlyList<string> Addresses { get; } = addresses;
}
