using System.CommandLine;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class AddWritePerm : Verb
{
    private readonly Option<string> _broker;

    public AddWritePerm()
        : base("addWritePerm", "Has name servers offer the queues of a broker for sending again.", "-n localhost:9876 -b broker-a")
    {
        _broker = Required<string>("b", "brokerName", "The broker's name.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var broker = call.Get(_broker);
        foreach (var address in call.Admin.NameServers)
        {
            var topics = await call.Admin.NameServer.AddWritePermissionAsync(address, broker, cancellationToken).ConfigureAwait(false);
            call.Report.Item("done", $"add write perm of broker[{broker}] in name server[{address}] OK, {topics}", new { server = address, topics });
        }
    }
}
