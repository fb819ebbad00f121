namespace RocketMQ.Client;

/// <summary>How messages are shared among the consumers of a group.</summary>
public enum ConsumeMode
{
    /// <summary>Each message goes to one consumer of the group; brokers keep the group's offsets.</summary>
    Clustering,

    /// <summary>Each message goes to every consumer; each keeps its own offsets, in a file. Nothing is delivered again.</summary>
    Broadcasting,
}
