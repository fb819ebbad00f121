using System.CommandLine;
using RocketMQ.Client.Admin;

namespace RocketMQ.MqAdmin.NameServer;

/// <summary>A verb that changes at every name server whether a broker's queues are offered for sending.</summary>
internal abstract class WritePermVerb : Verb
{
    private readonly Option<string> _broker;
    private readonly string _done;

    protected WritePermVerb(string name, string description, string done)
        : base(name, description, "-n localhost:9876 -b broker-a")
    {
        _done = done;
        _broker = Required<string>("b", "brokerName", "The broker's name.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var broker = call.Get(_broker);
        foreach (var address in call.Admin.NameServers)
        {
            var topics = await ChangeAsync(call.Admin.NameServer, address, broker, cancellationToken).ConfigureAwait(false);
            call.Report.Item("done", $"{_done} of broker[{broker}] in name server[{address}] OK, {topics}", new { server = address, topics });
        }
    }

    /// <returns>How many topics it concerns.</returns>
    protected abstract Task<int> ChangeAsync(NameServerAdmin nameServer, string address, string brokerName, CancellationToken cancellationToken);
}
