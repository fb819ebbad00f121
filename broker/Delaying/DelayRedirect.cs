using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Delaying;

/// <summary>
/// Sends messages with a delay level (property DELAY) to SCHEDULE_TOPIC_XXXX, queue level − 1, with their real topic and queue in
/// properties. A level above the last counts as the last.
/// </summary>
public sealed class DelayRedirect(DelayLevels levels) : IMessageRedirect
{
    public Refusal? Apply(ref MessageDraft draft)
    {
        if (MessageSysFlag.Transaction(draft.SysFlag) is MessageSysFlag.TransactionPrepared or MessageSysFlag.TransactionRollback
            || !PropertyText.TryFind(draft.Properties, PropertyNames.Utf8.DelayLevel, out var text)
            || !Utf8Parser.TryParse(text, out int level, out _)
            || level <= 0
            || levels.Max == 0)
        {
            return null;
        }

        if (level > levels.Max)
        {
            level = levels.Max;
            draft.Properties = PropertyEdit.Set(draft.Properties, PropertyNames.Utf8.DelayLevel, Utf8(level));
        }

        RealDestination.Hide(ref draft, SystemTopics.Schedule, level - 1);
        return null;
    }

    private static byte[] Utf8(int number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
