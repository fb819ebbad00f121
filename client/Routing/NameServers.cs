using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Routing;

/// <summary>Asks one name server, and the next when it does not answer. The one that answered is asked first from then on.</summary>
internal sealed class NameServers
{
    private readonly string[] _addresses;
    private readonly Rpc _rpc;
    private readonly ILogger _logger;
    private int _current;

    /// <exception cref="ArgumentException">There is none, or one is not <c>host:port</c>.</exception>
    public NameServers(string addresses, Rpc rpc, ILoggerFactory loggers)
    {
        _addresses = addresses.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _rpc = rpc;
        _logger = loggers.CreateLogger<NameServers>();
        if (_addresses.Length == 0)
        {
            throw new ArgumentException("No name server is given; name one as host:port.", nameof(addresses));
        }
    }

    public IReadOnlyList<string> Addresses => _addresses;

    /// <summary>The response of the first that answers, whatever its code.</summary>
    /// <exception cref="NameServerUnreachableException">None answers; the reason is that of the last.</exception>
    public async Task<RemotingCommand> InvokeAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        var first = Volatile.Read(ref _current);
        for (var i = 0; ; i++)
        {
            var at = (first + i) % _addresses.Length;
            try
            {
                var response = await _rpc.InvokeAsync(_addresses[at], request, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _current, at);
                return response;
            }
            catch (RemotingException e)
            {
                if (i == _addresses.Length - 1)
                {
                    throw new NameServerUnreachableException(_addresses, e);
                }

                Log.NameServerFailed(_logger, _addresses[at], e.Message);
            }
        }
    }
}
