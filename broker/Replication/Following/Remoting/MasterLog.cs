using System.Globalization;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Following.Remoting;

/// <summary>Asks a master about its log.</summary>
internal sealed class MasterLog(MasterPlace master, RemotingClient client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where it begins and ends; null when the master does not say.</summary>
    public async Task<(long Min, long Max)?> BoundsAsync(CancellationToken cancellationToken)
    {
        if (master.Address is not { } address)
        {
            return null;
        }

        try
        {
            var reply = await client.InvokeAsync(address, RemotingCommand.Request(RequestCode.GetBrokerRuntimeInfo), Patience, cancellationToken).ConfigureAwait(false);
            if (reply.Code != ResponseCode.Success)
            {
                return null;
            }

            var figures = reply.ReadBody<KVTable>().Table;
            return Read(figures, "commitLogMinOffset") is { } min && Read(figures, "commitLogMaxOffset") is { } max ? (min, max) : null;
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException)
        {
            return null;
        }
    }

    private static long? Read(Dictionary<string, string> figures, string name) =>
        figures.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
