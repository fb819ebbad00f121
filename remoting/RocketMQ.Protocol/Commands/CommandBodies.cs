using System.Buffers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Commands;

/// <summary>JSON bodies of commands.</summary>
public static class CommandBodies
{
    /// <summary>Reads the body as JSON of the given shape.</summary>
    /// <exception cref="RemotingJsonException">The body is not that.</exception>
    /// <exception cref="IllegalNameException">It names something by what is no name.</exception>
    public static TBody ReadBody<TBody>(this RemotingCommand command)
    {
        var body = command.Body;
        var read = RemotingJson.Deserialize<TBody>(body.IsSingleSegment ? body.FirstSpan : body.ToArray());
        (read as INamingBody)?.CheckNames();
        return read;
    }
}
