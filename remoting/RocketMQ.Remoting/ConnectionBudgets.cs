namespace RocketMQ.Remoting;

/// <summary>What the connections of a server may hold together for peers that let it wait, in each direction.</summary>
internal sealed class ConnectionBudgets(RemotingOptions options, TimeProvider time)
{
    public HoldingBudget Input { get; } = new("frames that have arrived in part", "serverMaxIncompleteFrameBytes", options.MaxIncompleteFrameBytes, time);

    public HoldingBudget Output { get; } = new("answers that are not read", "serverMaxUnreadReplyBytes", options.MaxUnreadReplyBytes, time);
}
