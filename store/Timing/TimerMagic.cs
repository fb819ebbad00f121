namespace RocketMQ.Store.Timing;

/// <summary>Bits of a timer log entry's magic number.</summary>
public static class TimerMagic
{
    /// <summary>Set in every entry.</summary>
    public const int Default = 1;

    /// <summary>The message's time is beyond the roll window: this slot is only a stage.</summary>
    public const int Roll = 2;

    /// <summary>The entry takes back another message.</summary>
    public const int Delete = 4;

    /// <summary>Marks the rest of a file as unused.</summary>
    internal const int Blank = unchecked((int)0xCBD43194);
}
