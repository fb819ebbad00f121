using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Membership.Remoting;

/// <summary>Asks the master that a controller has named where it ships its log: name servers learn that later, and may be told by nobody.</summary>
internal sealed class MasterFinder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly MasterPlace _master;
    private readonly RemotingClient _client;
    private int _isAsking;

    public MasterFinder(MasterPlace master, RemotingClient client)
    {
        _master = master;
        _client = client;
        master.Sought += OnSought;
    }

    public void Dispose() => _master.Sought -= OnSought;

    private void OnSought()
    {
        if (_master.Address is { Length: > 0 } address && Interlocked.Exchange(ref _isAsking, 1) == 0)
        {
            _ = AskAsync(address);
        }
    }

    private async Task AskAsync(string address)
    {
        try
        {
            var reply = await _client.InvokeAsync(address, RemotingCommand.Request(RequestCode.ExchangeBrokerHaInfo, new ExchangeHAInfoRequestHeader()), Patience).ConfigureAwait(false);
            if (reply.Code == ResponseCode.Success && reply.ReadHeader<ExchangeHAInfoResponseHeader>().MasterHaAddress is { Length: > 0 } haAddress)
            {
                _master.Learn(address, haAddress);
            }
        }
        catch (Exception e) when (e is RemotingException or HeaderFieldException or ObjectDisposedException)
        {
            // It is asked again when it is sought again.
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }
}
