namespace RocketMQ.Remoting;

/// <summary>What <see cref="FrameReader"/> found at the front of the input.</summary>
public enum FrameStatus
{
    /// <summary>The rest of the frame has not arrived.</summary>
    Incomplete,

    Complete,

    /// <summary>The declared length is negative, too short for a header word, or over the limit: the connection can't be trusted.</summary>
    Invalid,
}
