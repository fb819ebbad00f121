using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Remoting;

/// <summary>What a parked request leaves behind: enough to answer it from any thread, once.</summary>
public readonly struct ReplyHandle
{
    private readonly int _opaque;
    private readonly SerializeType _serializeType;
    private readonly bool _oneway;
    private readonly bool _isParked;
    private readonly int _requestCode;
    private readonly long _readTimestamp;

    internal ReplyHandle(RemotingConnection connection, RemotingCommand request, bool isParked = false)
    {
        Connection = connection;
        _opaque = request.Opaque;
        _serializeType = request.SerializeType;
        _oneway = request.IsOneway;
        _isParked = isParked;
        _requestCode = request.Code;
        _readTimestamp = connection.LastReadTimestamp;
    }

    public RemotingConnection Connection { get; }

    /// <summary>Sends the response in the request's serialisation; a one-way request gets none. Never throws.</summary>
    public void Reply(RemotingCommand response)
    {
        if (_oneway)
        {
            response.BodySource?.Dispose();
            return;
        }

        var code = response.Code;
        try
        {
            Send(response);
        }
        catch (Exception e)
        {
            // It can't be encoded (a code the binary form has no room for, a body that can't be read): nothing was sent, and the peer
            // waits for something. Whoever replies may be at another's request: what is wrong with this one must not end that.
            if (e is not InvalidOperationException)
            {
                Connection.Report(_requestCode, e);
            }

            SendInstead(e);
            code = ResponseCode.SystemError;
        }

        Connection.Observe(_requestCode, code, _readTimestamp, _isParked);
    }

    private void SendInstead(Exception failure)
    {
        try
        {
            Send(RemotingCommand.Response(ResponseCode.SystemError, failure.Message));
        }
        catch (Exception e)
        {
            Connection.Close($"request {_requestCode} could not be answered: {e.Message}");
        }
    }

    private void Send(RemotingCommand response)
    {
        response.Opaque = _opaque;
        response.SerializeType = _serializeType;
        Connection.Send(response);
    }
}
