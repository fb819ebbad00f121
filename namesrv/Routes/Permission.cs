namespace RocketMQ.NameServer.Routes;

/// <summary>Bits of a topic's permission on a broker.</summary>
internal static class Permission
{
    public const int Write = 2;
    public const int Read = 4;
}
