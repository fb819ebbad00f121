using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Core;

/// <summary>Requests to servers by address, in the serialisation and with the timeout of the options.</summary>
internal sealed class Rpc(RemotingClient remoting, ClientOptions options)
{
    /// <summary>Sends a request and returns the response, whatever its code.</summary>
    public Task<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        request.SerializeType = SerializationOf(request.Code);
        return remoting.InvokeAsync(address, request, timeout ?? options.RequestTimeout, cancellationToken);
    }

    /// <summary>Sends a request that has to succeed.</summary>
    /// <exception cref="BrokerException">The response has another code than 0.</exception>
    public async Task<RemotingCommand> CallAsync(
        string address, RemotingCommand request, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var response = await InvokeAsync(address, request, cancellationToken, timeout).ConfigureAwait(false);
        return response.Code == ResponseCode.Success
            ? response
            : throw new BrokerException(address, request.Code, response.Code, response.Remark);
    }

    public Task SendOnewayAsync(string address, RemotingCommand request, CancellationToken cancellationToken)
    {
        request.SerializeType = SerializationOf(request.Code);
        return remoting.InvokeOnewayAsync(address, request, cancellationToken);
    }

    /// <summary>The binary header holds 16 bits of code.</summary>
    private SerializeType SerializationOf(int code) => code > short.MaxValue ? SerializeType.Json : options.Serialization;
}
