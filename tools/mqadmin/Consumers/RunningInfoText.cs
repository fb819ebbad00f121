namespace RocketMQ.MqAdmin.Consumers;

/// <summary>What one consumer tells of itself, part by part as Apache's tools print it.</summary>
internal static class RunningInfoText
{
    private const int NameWidth = 40;

    public static void Write(Report report, ConsumerRunningInfo info)
    {
        report.Note("#Consumer Properties#");
        report.Settings("properties", info.Properties, NameWidth, ": ");
        report.Note("\n#Consumer Subscription#");
        report.Table(
            "subscriptions",
            info.SubscriptionSet.OrderBy(s => s.Topic, StringComparer.Ordinal),
            new("#Topic", "topic", s => s.Topic),
            new("#ClassFilter", "classFilter", s => s.ClassFilterMode),
            new("#SubExpression", "subExpression", s => s.SubString));
        report.Note("\n#Consumer MQ Detail#");
        report.Table(
            "queues",
            info.MqTable.OrderBy(q => q.Key),
            new("#Topic", "topic", q => q.Key.Topic),
            new("#Broker Name", "brokerName", q => q.Key.BrokerName),
            new("#QID", "queueId", q => q.Key.QueueId),
            new("#Consumer Offset", "consumerOffset", q => q.Value.CommitOffset),
            new("#Cached", "cachedMessages", q => q.Value.CachedMsgCount),
            new("#Locked", "locked", q => q.Value.Locked),
            new("#Dropped", "dropped", q => q.Value.Droped),
            new("#LastPull", "lastPull", q => Format.Time(q.Value.LastPullTimestamp)),
            new("#LastConsume", "lastConsume", q => Format.Time(q.Value.LastConsumeTimestamp)));
        if (info.MqPopTable.Count > 0)
        {
            report.Note("\n#Consumer Pop Detail#");
            report.Table(
                "popQueues",
                info.MqPopTable.OrderBy(q => q.Key),
                new("#Topic", "topic", q => q.Key.Topic),
                new("#Broker Name", "brokerName", q => q.Key.BrokerName),
                new("#QID", "queueId", q => q.Key.QueueId),
                new("#WaitAck", "waitAck", q => q.Value.WaitAckCount),
                new("#Dropped", "dropped", q => q.Value.Droped),
                new("#LastPop", "lastPop", q => Format.Time(q.Value.LastPopTimestamp)));
        }

        report.Note("\n#Consumer RT&TPS#");
        report.Table(
            "rates",
            info.StatusTable.OrderBy(s => s.Key, StringComparer.Ordinal),
            new("#Topic", "topic", s => s.Key),
            new("#Pull RT", "pullRt", s => s.Value.PullRt),
            new("#Pull TPS", "pullTps", s => s.Value.PullTps),
            new("#Consume RT", "consumeRt", s => s.Value.ConsumeRt),
            new("#ConsumeOK TPS", "consumeOkTps", s => s.Value.ConsumeOkTps),
            new("#ConsumeFailed TPS", "consumeFailedTps", s => s.Value.ConsumeFailedTps),
            new("#ConsumeFailedMsgsInHour", "consumeFailedMsgsInHour", s => s.Value.ConsumeFailedMsgs));
        if (info.UserConsumerInfo.Count > 0)
        {
            report.Note("\n#User Consume Info#");
            report.Settings("userConsumerInfo", info.UserConsumerInfo, NameWidth, ": ");
        }

        if (info.Jstack is not null)
        {
            report.Value("jstack", "\n#Consumer jstack#\n", info.Jstack);
        }
    }
}
