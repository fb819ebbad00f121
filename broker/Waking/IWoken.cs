namespace RocketMQ.Broker.Waking;

/// <summary>A request that waited and is to look again; nobody else has it.</summary>
internal interface IWoken
{
    /// <summary>Whether looking may wait for the disk: then it is not for a thread that reads a socket.</summary>
    bool MayBlock { get; }

    /// <summary>Looks, and answers unless it waits on.</summary>
    ValueTask LookAsync();

    /// <summary>Answers that looking failed.</summary>
    void Fail(Exception exception);
}
