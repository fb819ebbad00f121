namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>Who was master in an epoch has written the log from here on, up to where the next epoch begins.</summary>
/// <param name="Epoch">Counted by the controller: no two masters have the same.</param>
/// <param name="StartOffset">Where in the log it begins. On a slave that may be behind the log's end: what comes next is that epoch's.</param>
internal readonly record struct EpochEntry(int Epoch, long StartOffset)
{
    public override string ToString() => $"{Epoch}-{StartOffset}";
}
