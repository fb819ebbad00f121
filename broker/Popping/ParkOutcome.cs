namespace RocketMQ.Broker.Popping;

/// <summary>Whether a request waits.</summary>
internal enum ParkOutcome
{
    Parked,

    /// <summary>It did not ask to wait, or has waited long enough.</summary>
    Over,

    /// <summary>As many wait as may.</summary>
    Full,
}
