namespace RocketMQ.MqAdmin.Controllers;

internal sealed class GetControllerConfig() : ControllerVerb("getControllerConfig", "Shows the configuration of running controllers.", "")
{
    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        foreach (var address in Addresses(call))
        {
            var config = await call.Admin.Controllers.GetConfigAsync(address, cancellationToken).ConfigureAwait(false);
            var shown = config.OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
            call.Report.Item("controllers", $"============{address}============\n{Format.Lines(shown, 50, "=  ")}", new { address, config = shown.ToDictionary() });
        }
    }
}
