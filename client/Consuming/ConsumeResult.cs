namespace RocketMQ.Client;

/// <summary>What a handler made of a message.</summary>
public readonly record struct ConsumeResult
{
    private ConsumeResult(bool isSuccess, int delayLevel)
    {
        IsSuccess = isSuccess;
        DelayLevel = delayLevel;
    }

    /// <summary>Consumed; it does not come again.</summary>
    public static ConsumeResult Success { get; } = new(true, 0);

    /// <summary>Not consumed. It comes again after a time that grows with each attempt, and goes to the dead letters after the last one.
    /// In ordered consumption the queue waits for it.</summary>
    public static ConsumeResult Later { get; } = new(false, 0);

    /// <summary>Never to be consumed: it goes to the group's dead letters at once.</summary>
    public static ConsumeResult DeadLetter { get; } = new(false, -1);

    public bool IsSuccess { get; }

    /// <summary>The broker's delay level; 0 leaves the choice to the broker and -1 means dead letters.</summary>
    public int DelayLevel { get; }

    /// <summary>Not consumed; it comes again after one of the broker's delay levels, from 1.</summary>
    public static ConsumeResult LaterAt(int delayLevel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delayLevel, 1);
        return new ConsumeResult(false, delayLevel);
    }
}
