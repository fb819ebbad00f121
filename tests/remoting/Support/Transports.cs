namespace RocketMQ.Remoting.Tests.Support;

/// <summary>What a fixture runs over: <c>[TestFixtureSource(typeof(Transports), nameof(Transports.All))]</c> runs each of its tests over every transport.</summary>
public static class Transports
{
    public static TransportKind[] All => Enum.GetValues<TransportKind>();

    /// <summary>Those that TLS goes over.</summary>
    public static TransportKind[] Plain => [.. All.Where(kind => kind != TransportKind.Tls)];
}
