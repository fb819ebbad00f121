using System.CommandLine;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class ShowConsumerConnection : Verb
{
    private readonly Option<string> _group;
    private readonly Option<string?> _broker;

    public ShowConsumerConnection()
        : base("consumerConnection", "Shows the connected members of a consumer group and what they subscribe to.", "-n localhost:9876 -g billing")
    {
        _group = Required<string>("g", "consumerGroup", "The group.");
        _broker = BrokerAddress.Check(Optional<string?>("b", "brokerAddr", "Ask this broker, as host:port."));
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var found = await new GroupServers(call.Admin).ConnectionsAsync(call.Get(_group), call.Get(_broker), cancellationToken).ConfigureAwait(false);
        call.Report.Table(
            "connections",
            found.ConnectionSet,
            new("#ClientId", "clientId", c => c.ClientId),
            new("#ClientAddr", "clientAddr", c => c.ClientAddr),
            new("#Language", "language", c => Names.Of<LanguageCode>(c.Language)),
            new("#Version", "version", c => MqVersion.Description(c.Version)));
        call.Report.Note("\nBelow is subscription:");
        call.Report.Table(
            "subscriptions",
            found.SubscriptionTable.Values.OrderBy(s => s.Topic, StringComparer.Ordinal),
            new("#Topic", "topic", s => s.Topic),
            new("#SubExpression", "subExpression", s => s.SubString));
        call.Report.Note("");
        call.Report.Value("consumeType", "ConsumeType", Names.Of(found.ConsumeType));
        call.Report.Value("messageModel", "MessageModel", Names.Of(found.MessageModel));
        call.Report.Value("consumeFromWhere", "ConsumeFromWhere", Names.Of(found.ConsumeFromWhere));
    }
}
