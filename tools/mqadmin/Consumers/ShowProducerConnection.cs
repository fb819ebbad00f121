using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class ShowProducerConnection : Verb
{
    private readonly Option<string> _group;
    private readonly Option<string> _topic;

    public ShowProducerConnection()
        : base("producerConnection", "Shows the connected members of a producer group.", "-n localhost:9876 -g shop -t Orders")
    {
        _group = Required<string>("g", "producerGroup", "The group.");
        _topic = Required<string>("t", "topic", "A topic that it sends to: its brokers are asked.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var route = await call.Admin.Topics.GetRouteAsync(call.Get(_topic), cancellationToken).ConfigureAwait(false);
        var connections = new List<Connection>();
        foreach (var address in route.BrokerDatas.Select(BrokerNode.AddressOf).OfType<string>())
        {
            connections.AddRange(await AskAsync(call, address, cancellationToken).ConfigureAwait(false));
        }

        if (connections.Count == 0)
        {
            throw new VerbFailedException($"No producer of group '{call.Get(_group)}' is connected to the brokers of topic '{call.Get(_topic)}'.");
        }

        call.Report.Table(
            "connections",
            connections.DistinctBy(c => c.ClientId).OrderBy(c => c.ClientId, StringComparer.Ordinal).Select((c, i) => (Connection: c, Index: i + 1)),
            new("#Index", "index", c => c.Index),
            new("#ClientId", "clientId", c => c.Connection.ClientId),
            new("#ClientAddr", "clientAddr", c => c.Connection.ClientAddr),
            new("#Language", "language", c => Names.Of<LanguageCode>(c.Connection.Language)),
            new("#Version", "version", c => MqVersion.Description(c.Connection.Version)));
    }

    /// <summary>A broker answers with an error when it knows no producer of the group.</summary>
    private async Task<IEnumerable<Connection>> AskAsync(Call call, string address, CancellationToken cancellationToken)
    {
        try
        {
            return (await call.Admin.Groups.GetProducerConnectionsAsync(address, call.Get(_group), cancellationToken).ConfigureAwait(false)).ConnectionSet;
        }
        catch (BrokerException e) when (e.Code == ResponseCode.SystemError)
        {
            return [];
        }
    }
}
