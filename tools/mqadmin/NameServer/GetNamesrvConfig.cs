namespace RocketMQ.MqAdmin.NameServer;

internal sealed class GetNamesrvConfig : Verb
{
    public GetNamesrvConfig()
        : base("getNamesrvConfig", "Shows the configuration of running name servers.", "-n localhost:9876")
    {
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in call.Admin.NameServers)
        {
            var config = await call.Admin.NameServer.GetConfigAsync(address, cancellationToken).ConfigureAwait(false);
            var shown = config.OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
            call.Report.Item("nameServers", $"============{address}============\n{Format.Lines(shown, 50, "=  ")}", new { address, config = shown.ToDictionary() });
        }
    }
}
