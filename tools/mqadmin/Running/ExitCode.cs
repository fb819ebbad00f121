namespace RocketMQ.MqAdmin.Running;

/// <summary>What scripts go by.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A server refused, or could not be reached.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int BadUsage = 2;
}
