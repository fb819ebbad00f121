namespace RocketMQ.Broker.Pulling.Remoting;

/// <summary>The bits of a pull request's sysFlag.</summary>
internal static class PullFlags
{
    public const int CommitOffset = 1;
    public const int Suspend = 2;
    public const int Subscription = 4;
    public const int ClassFilter = 8;
    public const int LitePull = 16;
}
