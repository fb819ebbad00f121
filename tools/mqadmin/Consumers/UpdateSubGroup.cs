using System.CommandLine;
using RocketMQ.MqAdmin.Topics;
using RocketMQ.Protocol.Json;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class UpdateSubGroup : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _group;
    private readonly Option<bool> _enabled;
    private readonly Option<bool> _fromMin;
    private readonly Option<bool> _broadcast;
    private readonly Option<bool> _orderly;
    private readonly Option<int> _retryQueues;
    private readonly Option<int> _retries;
    private readonly Option<string?> _retryPolicy;
    private readonly Option<long> _brokerId;
    private readonly Option<long> _whenSlow;
    private readonly Option<bool> _notify;
    private readonly Option<string?> _attributes;

    public UpdateSubGroup()
        : base("updateSubGroup", "Creates a consumer group or changes it.", "-n localhost:9876 -c DefaultCluster -g billing -r 5")
    {
        _target = Target(TargetRule.AtLeastOne);
        _group = Required<string>("g", "groupName", "The group.");
        _enabled = Optional("s", "consumeEnable", "Whether it may consume.", true);
        _fromMin = Optional("m", "consumeFromMinEnable", "Whether it may begin at the oldest message.", false);
        _broadcast = Optional("d", "consumeBroadcastEnable", "Whether every member may get every message.", false);
        _orderly = Optional("o", "consumeMessageOrderly", "Whether it pops in order.", false);
        _retryQueues = Optional("q", "retryQueueNums", "Queues of its retry topic.", 1);
        _retries = Optional("r", "retryMaxTimes", "Deliveries after the first before a message is put aside.", 16);
        _retryPolicy = Optional<string?>("p", "groupRetryPolicy", """How long to wait before each, as JSON: {"type":"CUSTOMIZED","customizedRetryPolicy":{"next":[1000,5000]}}.""");
        _brokerId = Optional("i", "brokerId", "The broker id to consume from; 0 is the master.", 0L);
        _whenSlow = Optional("w", "whichBrokerWhenConsumeSlowly", "The broker id to consume from when it is far behind.", 1L);
        _notify = Optional("a", "notifyConsumerIdsChanged", "Whether members are told at once when one comes or goes.", true);
        _attributes = Optional<string?>("", "attributes", "Attributes to set and to remove: +key=value,-key.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var group = new SubscriptionGroupConfig
        {
            GroupName = call.Get(_group),
            ConsumeEnable = call.Get(_enabled),
            ConsumeFromMinEnable = call.Get(_fromMin),
            ConsumeBroadcastEnable = call.Get(_broadcast),
            ConsumeMessageOrderly = call.Get(_orderly),
            RetryQueueNums = call.Get(_retryQueues),
            RetryMaxTimes = call.Get(_retries),
            GroupRetryPolicy = Policy(call.Get(_retryPolicy)),
            BrokerId = call.Get(_brokerId),
            WhichBrokerWhenConsumeSlowly = call.Get(_whenSlow),
            NotifyConsumerIdsChangedEnable = call.Get(_notify),
            Attributes = AttributeChanges.Parse(call.Get(_attributes)),
        };
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Groups.CreateOrUpdateAsync(address, group, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"create subscription group to {address} success.");
        }

        call.Report.Document("group", group);
    }

    private static GroupRetryPolicy Policy(string? json)
    {
        try
        {
            return json is null ? new GroupRetryPolicy() : RemotingJson.Deserialize<GroupRetryPolicy>(json);
        }
        catch (RemotingJsonException e)
        {
            throw new UsageException($"-p is no retry policy: {e.Message}");
        }
    }
}
