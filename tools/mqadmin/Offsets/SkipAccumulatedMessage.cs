using System.CommandLine;

namespace RocketMQ.MqAdmin.Offsets;

internal sealed class SkipAccumulatedMessage : Verb
{
    private readonly Option<string> _group;
    private readonly Option<string> _topic;
    private readonly Option<bool> _force;
    private readonly Option<string?> _routeTopic;

    public SkipAccumulatedMessage()
        : base("skipAccumulatedMessage", "Moves a group to the end of a topic, past all that waits.", "-n localhost:9876 -g billing -t Orders")
    {
        _group = Required<string>("g", "group", "The group.");
        _topic = Required<string>("t", "topic", "The topic.");
        _force = Optional("f", "force", "Whether to move it forward.", true);
        _routeTopic = Optional<string?>("c", "cluster", "A topic that tells the brokers, for a light queue that has no route of its own.");
    }

    public override Task RunAsync(Call call, CancellationToken cancellationToken) =>
        new GroupReset(call.Admin, call.Get(_group), call.Get(_topic), time: null, call.Get(_force)).RunAsync(call.Report, call.Get(_routeTopic), cancellationToken);
}
