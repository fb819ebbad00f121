using RocketMQ.Protocol.Codes;
using Codes = RocketMQ.Protocol.Codes;

namespace RocketMQ.Client;

/// <summary>A broker or name server answered a request with a code other than success.</summary>
/// <param name="address">Who answered.</param>
/// <param name="requestCode">One of <see cref="RequestCode"/>.</param>
/// <param name="code">One of <see cref="ResponseCode"/>.</param>
/// <param name="remark">The server's own words.</param>
public sealed class BrokerException(string address, int requestCode, int code, string? remark)
    : RocketMQException($"{address} answered {Codes.RequestCode.Describe(requestCode)} with {ResponseCode.Describe(code)}: {remark}")
{
    public string Address { get; } = address;

    public int RequestCode { get; } = requestCode;

    public int Code { get; } = code;

    public string? Remark { get; } = remark;
}
