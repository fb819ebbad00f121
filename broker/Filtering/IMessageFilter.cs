namespace RocketMQ.Broker.Filtering;

/// <summary>
/// Decides which messages of a queue a subscription sees. Compiled once per subscription and immutable, so one
/// instance serves any number of threads; neither question allocates.
/// </summary>
public interface IMessageFilter
{
    /// <summary>
    /// The cheap question, asked of a consume-queue entry: false only if no record behind this hash can match.
    /// </summary>
    /// <param name="tagsCode">The entry's tagsCode: Java hash of the message's TAGS, sign-extended; 0 for no tags.</param>
    bool MayMatch(long tagsCode);

    /// <summary>The exact question, asked of the record itself.</summary>
    /// <param name="properties">The record's properties as stored: UTF-8 <c>name 0x01 value 0x02</c>, repeated.</param>
    bool Matches(ReadOnlySpan<byte> properties);
}
