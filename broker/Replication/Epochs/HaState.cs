namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>What every word on a replication connection of a controller's set begins with, in four bytes.</summary>
internal enum HaState
{
    Handshake = 1,
    Transfer = 2,
}
