using RocketMQ.Client.Admin;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class WipeWritePerm() : WritePermVerb("wipeWritePerm", "Has name servers offer no queue of a broker for sending, so that it drains.", "wipe write perm")
{
    protected override Task<int> ChangeAsync(NameServerAdmin nameServer, string address, string brokerName, CancellationToken cancellationToken) =>
        nameServer.WipeWritePermissionAsync(address, brokerName, cancellationToken);
}
