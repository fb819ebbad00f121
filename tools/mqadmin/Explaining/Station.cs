namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Where a record of a message stands on its way.</summary>
internal enum Station
{
    /// <summary>In the topic it is for.</summary>
    Topic,

    /// <summary>Held back by a delay level.</summary>
    Delay,

    /// <summary>Held back until a time.</summary>
    Timer,

    /// <summary>Half of a transaction.</summary>
    Half,

    /// <summary>A half message whose producer never gave its word.</summary>
    GivenUp,

    /// <summary>In a group's retry topic.</summary>
    Retry,

    /// <summary>In a group's dead letters.</summary>
    DeadLetter,
}
