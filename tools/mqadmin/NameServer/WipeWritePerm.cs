using System.CommandLine;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class WipeWritePerm : Verb
{
    private readonly Option<string> _broker;

    public WipeWritePerm()
        : base("wipeWritePerm", "Has name servers offer no queue of a broker for sending, so that it drains.", "-n localhost:9876 -b broker-a")
    {
        _broker = Required<string>("b", "brokerName", "The broker's name.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var broker = call.Get(_broker);
        foreach (var address in call.Admin.NameServers)
        {
            var topics = await call.Admin.NameServer.WipeWritePermissionAsync(address, broker, cancellationToken).ConfigureAwait(false);
            call.Report.Item("done", $"wipe write perm of broker[{broker}] in name server[{address}] OK, {topics}", new { server = address, topics });
        }
    }
}
