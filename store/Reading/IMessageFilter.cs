using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store;

/// <summary>Chooses messages while they are read: first by what the queue knows, then, if that let one pass, by its record.</summary>
public interface IMessageFilter
{
    /// <param name="tagsCode">Java hash of the message's tags, 0 without tags; null when the queue does not hold it.</param>
    bool MatchesTagsCode(long? tagsCode);

    bool MatchesRecord(in MessageRecord record);
}
