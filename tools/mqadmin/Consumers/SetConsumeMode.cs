using System.CommandLine;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class SetConsumeMode : Verb
{
    private readonly BrokerTarget _target;
    private readonly Option<string> _topic;
    private readonly Option<string> _group;
    private readonly Option<MessageRequestMode> _mode;
    private readonly Option<int> _share;

    public SetConsumeMode()
        : base("setConsumeMode", "Has a group pull from queues of its own or pop from all.", "-n localhost:9876 -c DefaultCluster -t Orders -g billing -m POP -q 8")
    {
        _target = Target(TargetRule.AtLeastOne);
        _topic = Required<string>("t", "topicName", "The topic.");
        _group = Required<string>("g", "groupName", "The group.");
        _mode = Required<MessageRequestMode>("m", "mode", "How its members get messages.");
        _share = Optional("q", "popShareQueueNum", "Queues that a popping member serves beside its own share (0: all).", 0);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (topic, group, mode, share) = (call.Get(_topic), call.Get(_group), call.Get(_mode), call.Get(_share));
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Groups.SetRequestModeAsync(address, topic, group, mode, share, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"set consume mode to {address} success.");
        }

        var name = mode == MessageRequestMode.Pop ? "POP" : "PULL";
        call.Report.Note($"topic[{topic}] group[{group}] consume mode[{name}] popShareQueueNum[{share}]");
    }
}
