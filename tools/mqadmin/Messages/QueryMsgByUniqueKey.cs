using System.CommandLine;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class QueryMsgByUniqueKey : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string> _id;
    private readonly Option<string?> _group;
    private readonly Option<string?> _clientId;
    private readonly Option<bool> _all;
    private readonly Option<string?> _routeTopic;

    public QueryMsgByUniqueKey()
        : base("queryMsgByUniqueKey", "Shows a message by the id that its producer gave.", "-n localhost:9876 -t Orders -i 7F0000010000FB72C4A22C9A1D9B0000")
    {
        _id = Required<string>("i", "msgId", "The id.");
        _topic = Required<string>("t", "topic", "The topic.");
        _group = Optional<string?>("g", "consumerGroup", "With -d: the group of the consumer.");
        _clientId = Optional<string?>("d", "clientId", "With -g: has this consumer consume the message now.");
        _all = Flag("a", "showAll", "Every message with the id, if it was stored more than once; at most 32.");
        _routeTopic = Optional<string?>("c", "cluster", "A topic that tells the brokers, for a light queue that has no route of its own.");
        Rule(given => given.Has(_group) == given.Has(_clientId) ? null : "-g and -d go together: they name the consumer that shall consume the message.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var topic = call.Get(_topic);
        var found = await MessageFinder.FindAllAsync(call.Admin, topic, call.Get(_id), call.Get(_routeTopic), cancellationToken).ConfigureAwait(false);
        if (call.Get(_group) is { } group && call.Get(_clientId) is { } clientId)
        {
            await MessageReport.PushAsync(call, topic, found[0], group, clientId, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var shown = call.Get(_all) ? found : [found[0]];
            await MessageReport.ShowAsync(call, shown, new MessageView(new BodyCharset(name: null)), cancellationToken).ConfigureAwait(false);
        }
    }
}
