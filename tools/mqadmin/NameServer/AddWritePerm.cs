using RocketMQ.Client.Admin;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class AddWritePerm() : WritePermVerb("addWritePerm", "Has name servers offer the queues of a broker for sending again.", "add write perm")
{
    protected override Task<int> ChangeAsync(NameServerAdmin nameServer, string address, string brokerName, CancellationToken cancellationToken) =>
        nameServer.AddWritePermissionAsync(address, brokerName, cancellationToken);
}
