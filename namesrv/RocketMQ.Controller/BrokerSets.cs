using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Controller;

/// <summary>
/// Has commands decided and done: reads a set, lets a rule decide about it, writes what it decided. Whoever comes in between is seen, and the rule decides again.
/// Commands of a set come one after the other, so that what is told of it is not what a change under way may yet undo.
/// </summary>
internal sealed class BrokerSets(IControllerStore store, LiveReplicas live, ILogger<BrokerSets> logger)
{
    /// <summary>How often a set may be changed by others in between before whoever asked is sent away.</summary>
    private const int MaxTries = 20;

    private readonly Turns _turns = new();

    /// <param name="name">Of the set.</param>
    /// <param name="decide">The rule; asked anew when the set has changed.</param>
    /// <param name="cancellationToken">Whoever asked has gone: what was not begun is not done, for they can't tell by now whether they still want it.</param>
    public async Task<Outcome> ApplyAsync(string name, Func<BrokerSet?, SetLiveness, Outcome> decide, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(name, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await DoAsync(name, decide, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Outcome> DoAsync(string name, Func<BrokerSet?, SetLiveness, Outcome> decide, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var read = await store.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            if (read.Status != StoreStatus.Done)
            {
                return Refused(name, read);
            }

            var outcome = decide(read.Set, live.Of(read.Set));
            if (!outcome.IsChange)
            {
                return outcome;
            }

            var written = await store.WriteAsync(name, outcome.Set, read.Version, cancellationToken).ConfigureAwait(false);
            if (written.Status == StoreStatus.Done)
            {
                return outcome;
            }

            if (written.Status != StoreStatus.Changed)
            {
                return Refused(name, written);
            }
        }

        return Outcome.Refuse(ResponseCode.SystemError, $"Broker-set {name} was changed by others {MaxTries} times in a row meanwhile: ask again");
    }

    private Outcome Refused(string name, StoreAnswer answer)
    {
        if (answer.Status == StoreStatus.NotLeader)
        {
            return Outcome.Refuse(ResponseCode.ControllerNotLeader, NotLeader(store.Leadership));
        }

        Log.StoreFailed(logger, name, answer.Reason);
        return Outcome.Refuse(ResponseCode.SystemError, $"The state of broker-set {name} can't be read or changed: {answer.Reason}. The controller tries again when it is asked again.");
    }

    /// <summary>In Apache's words, and who does.</summary>
    public static string NotLeader(Leadership leadership) => leadership is { IsSelf: false, Id: { } id }
        ? $"The controller is not in leader state: {id} at {leadership.Address} leads"
        : "The controller is not in leader state: nobody is known to lead";
}
