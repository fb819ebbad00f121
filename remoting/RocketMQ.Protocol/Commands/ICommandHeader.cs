namespace RocketMQ.Protocol.Commands;

/// <summary>
/// A typed view of a command's <c>extFields</c>. A header names each of its fields once, in <see cref="Fields"/>;
/// the same declaration reads a frame, says what is a name, writes JSON and writes the ROCKETMQ serialisation.
/// </summary>
public interface ICommandHeader
{
    /// <summary>Visits every field of the header: a reader assigns them, a writer emits them.</summary>
    void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct;
}
