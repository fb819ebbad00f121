namespace RocketMQ.MqAdmin.Controllers;

internal sealed class GetControllerMetaData() : ControllerVerb("getControllerMetaData", "Shows which controllers there are, and which one leads.", "")
{
    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var metadata = await call.Admin.Controllers.GetMetadataAsync(Addresses(call).First(), cancellationToken).ConfigureAwait(false);
        var peers = (metadata.Peers ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        call.Report.Item(
            "controllers",
            $"\n#ControllerGroup\t{metadata.Group}\n#ControllerLeaderId\t{metadata.ControllerLeaderId}\n#ControllerLeaderAddress\t{metadata.ControllerLeaderAddress}"
            + string.Concat(peers.Select(peer => $"\n#Peer:\t{peer}")),
            new { metadata.Group, leaderId = metadata.ControllerLeaderId, leaderAddress = metadata.ControllerLeaderAddress, peers });
    }
}
