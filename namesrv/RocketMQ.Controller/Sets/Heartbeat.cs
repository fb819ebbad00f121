namespace RocketMQ.Controller.Sets;

/// <summary>What a broker last said of its log (904).</summary>
/// <param name="Epoch">The last one in its epoch file; -1: none.</param>
/// <param name="MaxOffset">Where its log ends.</param>
/// <param name="ConfirmOffset">Up to where its log is confirmed.</param>
/// <param name="ElectionPriority">A lower one wins among equals.</param>
internal sealed record Heartbeat(int Epoch, long MaxOffset, long ConfirmOffset, int ElectionPriority)
{
    /// <summary>Of a broker that has asked for something and not been heard: it is there, and nothing is known of its log.</summary>
    public static readonly Heartbeat None = new(-1, -1, -1, int.MaxValue);
}
