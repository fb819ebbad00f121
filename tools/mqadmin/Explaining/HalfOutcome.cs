namespace RocketMQ.MqAdmin.Explaining;

/// <summary>What the broker's operation records say of a half message.</summary>
internal enum HalfOutcome
{
    /// <summary>They could not be read far enough.</summary>
    Unknown,

    /// <summary>They do not name it: its producer will be asked.</summary>
    Open,

    /// <summary>It has ended: committed if there is a message, else rolled back.</summary>
    Ended,
}
