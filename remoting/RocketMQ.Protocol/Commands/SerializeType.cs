namespace RocketMQ.Protocol.Commands;

/// <summary>How a command's header is serialised: the top byte of the frame's second word.</summary>
public enum SerializeType : byte
{
    Json = 0,

    /// <summary>The compact binary form. Its code is a signed 16-bit number, so the pop family cannot be carried.</summary>
    RocketMq = 1,
}
