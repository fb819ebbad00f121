using System.CommandLine;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class UpdateTopicPerm : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _topic;
    private readonly Option<int> _permission;

    public UpdateTopicPerm()
        : base("updateTopicPerm", "Changes whether a topic can be read and written.", "-n localhost:9876 -c DefaultCluster -t Orders -p 4")
    {
        _target = Target(TargetRule.AtLeastOne);
        _topic = Required<string>("t", "topic", "The topic.");
        _permission = Required<int>("p", "perm", "2 write, 4 read, 6 both.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (topic, permission) = (call.Get(_topic), call.Get(_permission));
        var route = await call.Admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            var name = route.BrokerDatas.FirstOrDefault(b => b.BrokerAddrs.ContainsValue(address))?.BrokerName;
            if (route.QueueDatas.FirstOrDefault(q => q.BrokerName == name) is not { } queues)
            {
                throw new VerbFailedException($"Broker {address} has no topic '{topic}'. mqadmin topicRoute -t {topic} shows where it is.");
            }

            await SetAsync(call, address, topic, queues, permission, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A change replaces the whole topic, so all but the permission is as the broker has it.</summary>
    private static async Task SetAsync(Call call, string address, string topic, QueueData queues, int permission, CancellationToken cancellationToken)
    {
        if (queues.Perm == permission)
        {
            call.Report.Done(address, $"new perm equals to the old one! ({permission} in {address})");
            return;
        }

        var configs = await call.Admin.Topics.GetConfigsAsync(address, cancellationToken).ConfigureAwait(false);
        var config = configs.GetValueOrDefault(topic) ?? new TopicConfig
        {
            TopicName = topic, ReadQueueNums = queues.ReadQueueNums, WriteQueueNums = queues.WriteQueueNums, TopicSysFlag = queues.TopicSysFlag,
        };

        // Attributes stay as they are unless a request changes them.
        await call.Admin.Topics.CreateOrUpdateAsync(address, config with { Perm = permission, Attributes = [] }, cancellationToken).ConfigureAwait(false);
        call.Report.Done(address, $"update topic perm from {queues.Perm} to {permission} in {address} success.");
    }
}
