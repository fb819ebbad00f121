using System.CommandLine;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Does something over and over, as often as asked or until Ctrl-C.</summary>
/// <param name="interval">Seconds between two rounds.</param>
/// <param name="rounds">How many rounds; without end when absent.</param>
internal sealed class Repetition(Option<int?> interval, Option<int?> rounds)
{
    public async Task RunAsync(Call call, Func<Task> round, CancellationToken cancellationToken)
    {
        var pause = call.Get(interval) is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var left = call.Get(rounds) ?? (pause is null ? 1 : int.MaxValue);
        while (true)
        {
            await round().ConfigureAwait(false);
            if (--left <= 0)
            {
                return;
            }

            call.Report.EndRound();
            await Task.Delay(pause ?? TimeSpan.FromSeconds(1), call.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
