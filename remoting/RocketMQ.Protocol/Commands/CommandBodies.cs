using System.Buffers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Commands;

/// <summary>JSON bodies of commands.</summary>
public static class CommandBodies
{
    /// <summary>Reads the body as JSON of the given shape.</summary>
    /// <exception cref="RemotingJsonException">The body is not that.</exception>
    public static TBody ReadBody<TBody>(this RemotingCommand command)
    {
        var body = command.Body;
        return RemotingJson.Deserialize<TBody>(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
    }
}
